"""Benchmarks. All figures are ratios within one run: machines are noisy, and a rate alone says little."""
