package db

import (
	"runtime"

	"tandem/internal/id"
)

// AwaitAppends returns once n appends of the workspace wait for their commit.
func AwaitAppends(d *DB, ws id.Workspace, n int) {
	for {
		d.appends.mu.Lock()
		waiting := len(d.appends.waiting[ws])
		d.appends.mu.Unlock()
		if waiting >= n {
			return
		}
		runtime.Gosched()
	}
}

// CheckWorkspace is the check that Strict switches on.
func CheckWorkspace(query string) error { return newChecker(WorkspaceTables()).check(query) }
