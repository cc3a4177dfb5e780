"""What an injected fault costs: outage, recovery, loss and repetition."""
