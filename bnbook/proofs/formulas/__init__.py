"""The formulas themselves: functions of their operations, which proofs, printed equations and widgets share."""
