// Package id makes the keys of every row: 63-bit, time-sorted integers (TSID).
//
// 41 bits hold the milliseconds since Epoch, 22 bits start at random in each millisecond and process and then count up. In the store an
// id is a BIGINT; in URLs, JSON and messages it is 13 characters of Crockford's base 32, which keeps its order and survives a JavaScript
// number. Ids tell nobody how many rows there are.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"time"
)

// ID names one row of a workspace. The zero ID names nothing.
type ID int64

// Workspace names one business, the tenant of every other row.
type Workspace int64

// Epoch is the instant at which ids begin, 2020-01-01 UTC in milliseconds since 1970. 41 bits last until 2089.
const Epoch = 1577836800000

const (
	countBits = 22
	countMask = 1<<countBits - 1
	alphabet  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

var generator struct {
	sync.Mutex
	millis int64
	count  int64
}

// New returns an id that sorts after every id this process made before, even when the clock is set back.
func New() ID {
	generator.Lock()
	defer generator.Unlock()
	now := time.Now().UnixMilli() - Epoch
	switch {
	case now > generator.millis:
		generator.millis, generator.count = now, start()
	case generator.count == countMask:
		generator.millis, generator.count = generator.millis+1, start()
	default:
		generator.count++
	}
	return ID(generator.millis<<countBits | generator.count)
}

// start draws where a millisecond begins to count: in the lower half, so that two million ids follow without borrowing a millisecond.
func start() int64 {
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("id: no randomness: " + err.Error())
	}
	return int64(binary.BigEndian.Uint32(b[:])) & (countMask >> 1)
}

// String is the id as people and programs outside see it: 13 characters.
func (i ID) String() string {
	var b [13]byte
	v := uint64(i)
	for n := 12; n >= 0; n-- {
		b[n] = alphabet[v&31]
		v >>= 5
	}
	return string(b[:])
}

// String is the workspace's id as people and programs outside see it.
func (w Workspace) String() string { return ID(w).String() }

// Parse reads an id as String writes it; lower case and the look-alikes I, L and O are accepted.
func Parse(s string) (ID, error) {
	if len(s) != 13 {
		return 0, fmt.Errorf("an id has 13 characters, %q has %d", s, len(s))
	}
	var v uint64
	for _, c := range strings.ToUpper(s) {
		switch c {
		case 'I', 'L':
			c = '1'
		case 'O':
			c = '0'
		}
		n := strings.IndexRune(alphabet, c)
		if n < 0 {
			return 0, fmt.Errorf("%q is not part of an id", c)
		}
		if v>>58 != 0 {
			return 0, fmt.Errorf("the id %q is too large", s)
		}
		v = v<<5 | uint64(n)
	}
	return ID(v), nil
}

// MarshalText writes the id as 13 characters, for JSON and forms.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (i *ID) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*i = v
	return nil
}
