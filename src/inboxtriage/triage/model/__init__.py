"""The trained classifier: fitted with scikit-learn, stored as plain arrays, read with numpy."""
