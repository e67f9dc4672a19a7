//go:build unix

package seal

import (
	"fmt"
	"os"

	"tandem/internal/fault"
)

// private refuses a key file that others may read.
func private(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("look at the key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fault.Unavailablef("others may read the key file %s", file).WithMend("chmod 600 %s", file)
	}
	return nil
}
