"""The demonstration: two clients, the provider that serves both, and thirty days of their work, made by the product's own actions."""
