package db

func checkWorkspace(query string) error { return nil }
