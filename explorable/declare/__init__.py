"""What an author writes: controls, figures and their marks, templates, and the Explorable that joins them."""
