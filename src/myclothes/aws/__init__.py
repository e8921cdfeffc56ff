"""The same architecture on AWS: what to choose, the stacks, their deployment."""
