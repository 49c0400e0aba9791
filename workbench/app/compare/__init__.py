"""The Compare tab: charts over runs and the answers behind them."""
