"""Charts: tables in, Plotly figures out."""
