"""``python -m workbench``: the command line, as torchrun starts it."""

from workbench.cli import main

if __name__ == "__main__":
    main()
