"""Bundled tables of numbers for the two problems of Kohler et al. (2019): a regression and a classification."""

# Of the thirty columns of the breast cancer data, five that neither repeat each other nor separate the classes.
CANCER_COLUMNS = ("mean texture", "mean smoothness", "mean compactness", "mean symmetry", "mean fractal dimension")


def diabetes():
    """Scikit-learn's diabetes data: x (442, 10) and y (442,), every column with mean 0 and mean square 1."""
    from sklearn.datasets import load_diabetes  # here, so that bn itself needs only NumPy

    bundled = load_diabetes()
    return standardised(bundled.data), standardised(bundled.target)


def breast_cancer(columns=CANCER_COLUMNS):
    """Scikit-learn's breast cancer data: x (569, columns), standardised, and y (569,): 1 benign, -1 malignant.

    Raises ValueError for a column that the data does not have.
    """
    from sklearn.datasets import load_breast_cancer

    bundled = load_breast_cancer()
    names = list(bundled.feature_names)
    unknown = [name for name in columns if name not in names]
    if unknown:
        raise ValueError(f"columns has {unknown}; allowed are {', '.join(names)}")
    return standardised(bundled.data[:, [names.index(name) for name in columns]]), 2.0 * bundled.target - 1


def standardised(x):
    """Every column minus its mean, over its standard deviation."""
    return (x - x.mean(axis=0)) / x.std(axis=0)
