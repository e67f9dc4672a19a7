// Tandem is the system in which a small business runs marketing and sales as one team.
package main

import (
	"os"

	"tandem/internal/app"
)

// version is set when a release is built.
var version = "development"

func main() { os.Exit(app.Main(version)) }
