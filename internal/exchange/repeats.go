package exchange

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// repeats counts equal rows of a file without keeping every row: the first pass notes in a field of bits which hashes came before, so that the
// second has to count only those. Its memory does not grow with the file, but with the rows that come twice.
type repeats struct {
	seen  []uint64
	count map[[16]byte]int
}

// seenBits is 8 MiB: among ten million rows three in a hundred are counted without need.
const seenBits = 1 << 26

func newRepeats() *repeats {
	return &repeats{seen: make([]uint64, seenBits/64), count: map[[16]byte]int{}}
}

// meet is the first pass.
func (r *repeats) meet(hash [16]byte) {
	a := binary.LittleEndian.Uint64(hash[:8]) % seenBits
	b := binary.LittleEndian.Uint64(hash[8:]) % seenBits
	if r.has(a) && r.has(b) {
		r.count[hash] = 0
	}
	r.seen[a/64] |= 1 << (a % 64)
	r.seen[b/64] |= 1 << (b % 64)
}

func (r *repeats) has(bit uint64) bool { return r.seen[bit/64]&(1<<(bit%64)) != 0 }

// key is the second pass: the row's hash with its place among equal rows.
func (r *repeats) key(hash [16]byte) string {
	n, several := r.count[hash]
	if several {
		r.count[hash] = n + 1
	}
	return "h:" + hex.EncodeToString(hash[:]) + ":" + strconv.Itoa(n)
}

// restart begins a pass over the same rows anew.
func (r *repeats) restart() {
	for hash := range r.count {
		r.count[hash] = 0
	}
}
