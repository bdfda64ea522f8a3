package rubato.model;

import java.util.List;

/**
 * A model as configured.
 *
 * @param kind softmax, logistic, fm, mlp, djl-mlp, djl-cnn, or a class name
 * @param hidden widths of hidden layers (mlp, djl-mlp)
 * @param factors latent factors (fm)
 * @param init zeros or he
 */
public record ModelSpec(String kind, List<Integer> hidden, int factors, boolean bias, String init) {
    public ModelSpec {
        hidden = List.copyOf(hidden);
    }
}
