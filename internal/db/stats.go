package db

import (
	"database/sql"
	"time"
)

// Pool says how busy the connections of one pool are.
type Pool struct {
	Name   string // "read" or "write"
	Open   int
	InUse  int
	Waits  int64 // how often somebody had to wait for a connection, since the start
	Waited time.Duration
}

// Pools are the store's pools of connections.
func (d *DB) Pools() []Pool {
	var all []Pool
	for _, p := range []struct {
		name string
		of   *sql.DB
	}{{"write", d.writer}, {"read", d.reader}} {
		s := p.of.Stats()
		all = append(all, Pool{p.name, s.OpenConnections, s.InUse, s.WaitCount, s.WaitDuration})
	}
	return all
}
