//go:build faults

package db_test

import "testing"

func TestAMigrationIsFinishedWhereverItWasKilled(t *testing.T) {
	killMigrations(t, 1)
}
