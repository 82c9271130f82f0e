"""What a deal is: its rows and states, and how a customer, an amount or a day that somebody typed is understood."""
