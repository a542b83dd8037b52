"""The page form of a widget: its HTML, the script with its data, and the runtime that they need."""
