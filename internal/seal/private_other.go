//go:build !unix

package seal

import (
	"fmt"
	"os"
)

// private finds the file: where there are no such rights as on Unix, the folder's count.
func private(file string) error {
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("look at the key file: %w", err)
	}
	return nil
}
