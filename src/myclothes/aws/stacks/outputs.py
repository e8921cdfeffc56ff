"""What a stack tells whoever deployed it."""

import aws_cdk as cdk


def output(stack: cdk.Stack, name: str, value: str, description: str) -> None:
    """`name` is the name of the output, whatever else in the stack is called so."""
    cdk.CfnOutput(stack, f"Output{name}", value=value, description=description).override_logical_id(name)
