package exchange

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// repeats counts equal rows of a file without keeping every row: the first pass notes in a field of bits which hashes came before, so that the
// second has to count only those. Its memory does not grow with the file, but with the rows that come twice.
type repeats struct {
	seen  bits
	count map[[16]byte]int
}

// bits is a field in which hashes leave two marks each.
type bits []uint64

func newBits() bits { return make(bits, seenBits/64) }

// mark leaves the marks of a hash and reports whether they were there, which once in a while they were without it.
func (b bits) mark(hash [16]byte) (before bool) {
	before = true
	for _, half := range [][]byte{hash[:8], hash[8:]} {
		at := binary.LittleEndian.Uint64(half) % seenBits
		before = before && b[at/64]&(1<<(at%64)) != 0
		b[at/64] |= 1 << (at % 64)
	}
	return before
}

// seenBits is 8 MiB: among ten million rows three in a hundred are counted without need.
const seenBits = 1 << 26

func newRepeats() *repeats {
	return &repeats{seen: newBits(), count: map[[16]byte]int{}}
}

// meet is the first pass.
func (r *repeats) meet(hash [16]byte) {
	if r.seen.mark(hash) {
		r.count[hash] = 0
	}
}

// key is the second pass: the row's hash with its place among equal rows.
func (r *repeats) key(hash [16]byte) string {
	n, several := r.count[hash]
	if several {
		r.count[hash] = n + 1
	}
	return hashKey(hash, n)
}

// hashKey is the key of what is named by what it says, with its place among equals.
func hashKey(hash [16]byte, n int) string {
	return "h:" + hex.EncodeToString(hash[:]) + ":" + strconv.Itoa(n)
}

// restart begins a pass over the same rows anew.
func (r *repeats) restart() {
	for hash := range r.count {
		r.count[hash] = 0
	}
}

// lastWords is what a file says last of records that it names several times. Of deals, payments and costs the last row counts, so that the same file
// read again finds what it left.
type lastWords struct {
	seen bits
	last map[[16]byte]lastWord
}

type lastWord struct {
	line int
	row  [16]byte // the row's hash
}

func newLastWords() *lastWords { return &lastWords{seen: newBits(), last: map[[16]byte]lastWord{}} }

// meet is the first pass.
func (l *lastWords) meet(record, row [16]byte, line int) {
	if l.seen.mark(record) {
		l.last[record] = lastWord{line, row}
	}
}

// later is the line that says something else of the record than the row does, further down; 0 if there is none.
func (l *lastWords) later(record, row [16]byte, line int) int {
	if last, ok := l.last[record]; ok && last.line > line && last.row != row {
		return last.line
	}
	return 0
}
