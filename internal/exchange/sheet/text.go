package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"tandem/internal/fault"
)

// delimited reads records of cells with a delimiter between them (RFC 4180), as spreadsheets write and read them: quotes around a cell, doubled
// inside; lines end in LF, CRLF or CR.
type delimited struct {
	name      string
	file      *os.File
	size      int64
	counted   *counter
	in        *bufio.Reader
	delimiter byte
	charset   string
	line      int
	cell      []byte
	ends      []int
	plainStop [256]bool // the bytes that a cell without quotes ends at
}

// quotedStop are the bytes within quotes that are not simply copied.
var quotedStop = [256]bool{'"': true, '\n': true, '\r': true, 0: true}

// counter counts the bytes of the file that were read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func openText(name string, o Options, f *os.File, size int64) (source, error) {
	decode, err := encodingOf(name, o, f, size)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(fault.Invalidf("%s cannot be read: %w", name, err), f.Close())
	}
	d := &delimited{name: name, file: f, size: size, counted: &counter{r: f}, line: 1, charset: charsetName(decode)}
	var in io.Reader = d.counted
	if decode != nil {
		in = transform.NewReader(in, decode.NewDecoder())
	}
	d.in = bufio.NewReaderSize(in, 1<<16)
	if bom, err := d.in.Peek(3); err == nil && bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		if _, err := d.in.Discard(3); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	d.delimiter = byte(o.Delimiter)
	if o.Delimiter == 0 {
		head, _ := d.in.Peek(1 << 15) // shorter files give what they have
		d.delimiter = delimiterOf(head)
	}
	for _, c := range []byte{d.delimiter, '\n', '\r', 0} {
		d.plainStop[c] = true
	}
	return d, nil
}

// charsetName is what browsers call an encoding.
func charsetName(e encoding.Encoding) string {
	if e == nil {
		return "utf-8"
	}
	name, err := htmlindex.Name(e)
	if err != nil {
		return "utf-16" // with a mark of its byte order, which has no name of its own
	}
	return name
}

func (d *delimited) written() Written {
	return Written{Charset: d.charset, Delimiter: rune(d.delimiter)}
}

// delimiterOf is the candidate that splits the most lines into the same number of cells, more than one, quotes respected.
func delimiterOf(head []byte) byte {
	best, most := byte(','), 0
	for _, candidate := range []byte{',', ';', '\t', '|'} {
		widths := map[int]int{}
		for _, n := range delimitersPerLine(head, candidate) {
			if n > 0 {
				widths[n]++
			}
		}
		for n, lines := range widths {
			if score := lines*1000 + min(n, 999); score > most {
				best, most = candidate, score
			}
		}
	}
	return best
}

func delimitersPerLine(head []byte, delimiter byte) []int {
	var counts []int
	n, quoted := 0, false
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == delimiter:
			n++
		case c == '\n' || c == '\r':
			counts = append(counts, n)
			n = 0
		}
	}
	return append(counts, n)
}

func (d *delimited) progress() (read, size int64) { return d.counted.n, d.size }

func (d *delimited) close() error { return d.file.Close() }

// next reads one record. Most lines have no quotes and are cut up at once.
func (d *delimited) next() (int, []string, error) {
	start := d.line
	d.cell, d.ends = d.cell[:0], d.ends[:0]
	for {
		more, err := d.readCell(start)
		if err != nil {
			return start, nil, err
		}
		d.ends = append(d.ends, len(d.cell))
		if len(d.ends) > MaxColumns+1 {
			return start, nil, d.broken(start, fault.Invalidf("a record has more than %d cells", MaxColumns))
		}
		if !more {
			return start, d.cells(), nil
		}
	}
}

// cells cuts the record's text into cells that share one string.
func (d *delimited) cells() []string {
	whole := string(d.cell)
	cells := make([]string, len(d.ends))
	from := 0
	for i, end := range d.ends {
		cells[i] = whole[from:end]
		from = end
	}
	return cells
}

// readCell appends one cell to d.cell and reports whether another follows in the record.
func (d *delimited) readCell(start int) (more bool, err error) {
	c, err := d.in.ReadByte()
	if errors.Is(err, io.EOF) {
		if len(d.ends) == 0 {
			return false, io.EOF
		}
		return false, nil
	}
	if err != nil {
		return false, d.cannot(err)
	}
	if c == '"' {
		return d.readQuoted(start)
	}
	if err := d.in.UnreadByte(); err != nil {
		return false, d.cannot(err)
	}
	c, err = d.copyUntil(&d.plainStop, len(d.cell), start)
	switch {
	case errors.Is(err, io.EOF):
		return false, nil
	case err != nil:
		return false, err
	case c == d.delimiter:
		return true, nil
	case c == 0:
		return false, d.nul()
	}
	return false, d.endLine(c)
}

// copyUntil appends to the cell, which begins at from, what stands before the next byte of stop, and passes that byte.
func (d *delimited) copyUntil(stop *[256]bool, from, start int) (byte, error) {
	for {
		if _, err := d.in.Peek(1); errors.Is(err, io.EOF) {
			return 0, io.EOF
		} else if err != nil {
			return 0, d.cannot(err)
		}
		ahead, _ := d.in.Peek(d.in.Buffered()) // what is buffered is there
		n := 0
		for n < len(ahead) && !stop[ahead[n]] {
			n++
		}
		d.cell = append(d.cell, ahead[:n]...)
		if len(d.cell)-from > MaxField {
			return 0, d.tooLong(start)
		}
		if n == len(ahead) {
			_, _ = d.in.Discard(n)
			continue
		}
		c := ahead[n]
		_, _ = d.in.Discard(n + 1)
		return c, nil
	}
}

// readQuoted reads a cell after its opening quote. Text after the closing one belongs to the cell, as spreadsheets have it.
func (d *delimited) readQuoted(start int) (more bool, err error) {
	opened, from := d.line, len(d.cell)
	for {
		c, err := d.copyUntil(&quotedStop, from, start)
		switch {
		case errors.Is(err, io.EOF):
			return false, d.broken(opened, fault.Invalidf("a quote is opened here and never closed").
				WithMend("close it, or double it if it belongs to the text"))
		case err != nil:
			return false, err
		case c == 0:
			return false, d.nul()
		case c != '"':
			d.count(c)
			d.cell = append(d.cell, c)
			continue
		}
		if n := d.blanksToEnd(); n >= 0 {
			return d.endCell(n)
		}
		d.cell = append(d.cell, '"')
		if next, err := d.in.Peek(1); err == nil && next[0] == '"' {
			_, _ = d.in.Discard(1) // what was peeked is there
		}
	}
}

// blanksToEnd is how many blanks stand before the cell's end; -1 if anything else does.
func (d *delimited) blanksToEnd() int {
	const most = 64
	for n := range most {
		ahead, err := d.in.Peek(n + 1)
		if err != nil {
			return n
		}
		switch ahead[n] {
		case d.delimiter, '\n', '\r':
			return n
		case ' ':
		default:
			return -1
		}
	}
	return -1
}

// endCell passes the blanks and what ends a quoted cell.
func (d *delimited) endCell(blanks int) (more bool, err error) {
	if _, err := d.in.Discard(blanks); err != nil {
		return false, d.cannot(err)
	}
	c, err := d.in.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		return false, nil
	case err != nil:
		return false, d.cannot(err)
	case c == d.delimiter:
		return true, nil
	}
	return false, d.endLine(c)
}

// count keeps the line inside a quoted cell.
func (d *delimited) count(c byte) {
	if c == '\n' {
		d.line++
		return
	}
	if c != '\r' {
		return
	}
	if next, err := d.in.Peek(1); err != nil || next[0] != '\n' {
		d.line++
	}
}

func (d *delimited) endLine(c byte) error {
	d.line++
	if c != '\r' {
		return nil
	}
	next, err := d.in.Peek(1)
	if err != nil || next[0] != '\n' {
		return nil
	}
	_, err = d.in.Discard(1)
	return err
}

func (d *delimited) nul() error {
	return d.broken(d.line, fault.Invalidf("there is a NUL byte").WithMend("the file is damaged or no text; export it again"))
}

func (d *delimited) tooLong(start int) error {
	return d.broken(start, fault.Invalidf("a field is longer than %d bytes", MaxField).
		WithMend("a quote that is opened here may never be closed"))
}

func (d *delimited) cannot(err error) error {
	return fault.Invalidf("the file cannot be read: %w", err).At(fault.Place{File: d.name, Line: d.line})
}

func (d *delimited) broken(line int, f *fault.Error) error {
	return f.At(fault.Place{File: d.name, Line: line, Column: d.columnNumber()})
}

func (d *delimited) columnNumber() string {
	if len(d.ends) > MaxColumns {
		return ""
	}
	return "column " + strconv.Itoa(len(d.ends)+1)
}
