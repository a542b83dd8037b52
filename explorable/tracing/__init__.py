"""NumPy functions, run once on tracers and printed as a tape of calls to JavaScript kernels."""
