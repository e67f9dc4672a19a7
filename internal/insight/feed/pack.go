package feed

import (
	"encoding/binary"
	"errors"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
)

// format is the first byte of every chunk. A chunk is then: the number of words and each word with its length, the number of touches and each
// touch as numbers of variable length, the seq, contact and time as differences from the touch before.
const format = 2

// packer packs the touches of one chunk.
type packer struct {
	words map[string]uint64
	texts []byte
	rows  []byte
	n     uint64
	last  int64 // the highest seq seen, packed or not

	seq, contact, at int64
}

func newPacker() *packer { return &packer{words: map[string]uint64{}} }

// add packs a touch if reports need it. The cells are those of the query in pack.
func (p *packer) add(c db.Cells) {
	p.last = c.Int(0)
	flags := flagsOf(c)
	if flags == 0 {
		return
	}
	p.n++
	p.rows = binary.AppendUvarint(p.rows, uint64(c.Int(0)-p.seq))
	p.rows = binary.AppendVarint(p.rows, c.Int(1)-p.contact)
	p.rows = binary.AppendVarint(p.rows, c.Int(2)-p.at)
	p.seq, p.contact, p.at = c.Int(0), c.Int(1), c.Int(2)
	p.rows = append(p.rows, flags)
	for i := 5; i <= 9; i++ {
		p.rows = binary.AppendUvarint(p.rows, p.word(c.Text(i)))
	}
}

func flagsOf(c db.Cells) uint8 {
	t := journey.Touch{
		Kind: c.Text(3), Side: journey.Side(c.Text(4)), Channel: c.Text(5), Retracted: clock.Micros(c.Int(11)), Machine: truth(c[10]),
	}
	var flags uint8
	if t.Counts() {
		flags |= Counts
	}
	if t.Earns() {
		flags |= Earns
	}
	if t.Counts() && t.Kind == journey.FormSubmitted {
		flags |= Form
	}
	if t.Counts() && t.Kind == journey.PageView {
		flags |= View
	}
	if t.Retracted == 0 && (t.Kind == journey.Order || t.Kind == journey.QuoteAccepted) {
		flags |= Commits
	}
	return flags
}

// truth is a boolean as engines give it.
func truth(v any) bool {
	switch b := v.(type) {
	case bool:
		return b
	case int64:
		return b != 0
	}
	return false
}

func (p *packer) word(s string) uint64 {
	n, ok := p.words[s]
	if !ok {
		n = uint64(len(p.words))
		p.words[s] = n
		p.texts = binary.AppendUvarint(p.texts, uint64(len(s)))
		p.texts = append(p.texts, s...)
	}
	return n
}

func (p *packer) bytes() []byte {
	b := binary.AppendUvarint([]byte{format}, uint64(len(p.words)))
	b = append(b, p.texts...)
	b = binary.AppendUvarint(b, p.n)
	return append(b, p.rows...)
}

var errBroken = errors.New("a chunk of the feed is damaged")

// unpacker reads a chunk.
type unpacker struct {
	b      []byte
	broken bool
}

func (u *unpacker) uint() uint64 {
	n, size := binary.Uvarint(u.b)
	if size <= 0 {
		u.broken = true
		return 0
	}
	u.b = u.b[size:]
	return n
}

func (u *unpacker) int() int64 {
	n, size := binary.Varint(u.b)
	if size <= 0 {
		u.broken = true
		return 0
	}
	u.b = u.b[size:]
	return n
}

func (u *unpacker) text() string {
	n := u.uint()
	if n > uint64(len(u.b)) {
		u.broken = true
		return ""
	}
	s := string(u.b[:n])
	u.b = u.b[n:]
	return s
}

func (u *unpacker) byte() byte {
	if len(u.b) == 0 {
		u.broken = true
		return 0
	}
	c := u.b[0]
	u.b = u.b[1:]
	return c
}

// unpack appends a chunk's touches to the columns.
func (f *Feed) unpack(b []byte) error {
	u := &unpacker{b: b}
	if u.byte() != format {
		return errBroken
	}
	words := make([]int32, 0, 64)
	for n := u.uint(); n > 0 && !u.broken; n-- {
		words = append(words, f.wordNumber(u.text()))
	}
	var seq, contact, at int64
	for n := u.uint(); n > 0; n-- {
		seq += int64(u.uint())
		contact += u.int()
		at += u.int()
		flags := u.byte()
		var texts [5]int32
		for i := range texts {
			w := u.uint()
			if w >= uint64(len(words)) {
				return errBroken
			}
			texts[i] = words[w]
		}
		if u.broken {
			return errBroken
		}
		f.append(seq, id.ID(contact), clock.Micros(at), flags, texts)
	}
	return nil
}

func (f *Feed) append(seq int64, contact id.ID, at clock.Micros, flags uint8, texts [5]int32) {
	f.seq = append(f.seq, seq)
	f.Contact = append(f.Contact, contact)
	f.At = append(f.At, at)
	f.Flags = append(f.Flags, flags)
	f.Channel = append(f.Channel, texts[0])
	f.Source = append(f.Source, texts[1])
	f.Medium = append(f.Medium, texts[2])
	f.Campaign = append(f.Campaign, texts[3])
	f.Page = append(f.Page, texts[4])
}

func (f *Feed) wordNumber(s string) int32 {
	n, ok := f.words[s]
	if !ok {
		n = int32(len(f.Words))
		f.words[s] = n
		f.Words = append(f.Words, s)
	}
	return n
}
