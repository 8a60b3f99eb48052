"""What views share: cells, rows, figures and charts."""
