package sheet

import (
	"bytes"
	"errors"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"tandem/internal/fault"
)

// encodingOf is the encoding that was named, else the one that the whole file is written in: nil is UTF-8.
func encodingOf(name string, o Options, f *os.File, size int64) (encoding.Encoding, error) {
	if o.Charset != "" {
		named, err := htmlindex.Get(o.Charset)
		if err != nil {
			return nil, fault.Usagef("%q is no charset that is known", o.Charset).WithMend("say utf-8, windows-1252, utf-16le, shift_jis or the like")
		}
		return named, nil
	}
	head := make([]byte, 1000)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Invalidf("%s cannot be read: %w", name, err)
	}
	if wide := wideEncoding(head[:n]); wide != nil && size%2 != 0 {
		return nil, fault.Invalidf("%s is UTF-16 with half a character at its end", name).WithMend("it was cut off or added to; export it again")
	} else if wide != nil {
		return wide, nil
	}
	utf, err := isUTF8(io.NewSectionReader(f, 0, size))
	if err != nil {
		return nil, fault.Invalidf("%s cannot be read: %w", name, err)
	}
	if utf {
		return nil, nil
	}
	line, err := notWindows1252(io.NewSectionReader(f, 0, size))
	if err != nil {
		return nil, fault.Invalidf("%s cannot be read: %w", name, err)
	}
	if line > 0 {
		return nil, fault.Invalidf("the text is neither UTF-8 nor UTF-16 nor Windows-1252").At(fault.Place{File: name, Line: line}).
			WithMend("save it as UTF-8")
	}
	return charmap.Windows1252, nil
}

// isUTF8 reads a file to its end, or to the first byte that is not UTF-8.
func isUTF8(in io.Reader) (bool, error) {
	buf := make([]byte, 1<<16)
	tail := 0 // bytes of a character that the last block cut off
	for {
		n, err := in.Read(buf[tail:])
		valid, rest := validUTF8(buf[:tail+n])
		switch {
		case !valid:
			return false, nil
		case errors.Is(err, io.EOF):
			return rest == 0, nil
		case err != nil:
			return false, err
		}
		copy(buf, buf[tail+n-rest:tail+n])
		tail = rest
	}
}

// notWindows1252 is the line of the first byte that Windows-1252 gives no meaning; 0 if there is none.
func notWindows1252(in io.Reader) (int, error) {
	buf := make([]byte, 1<<16)
	line := 1
	var last byte
	for {
		n, err := in.Read(buf)
		for _, c := range buf[:n] {
			switch c {
			case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
				return line, nil
			case '\n':
				if last != '\r' {
					line++
				}
			case '\r':
				line++
			}
			last = c
		}
		if errors.Is(err, io.EOF) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// validUTF8 checks a block, up to a character that it may cut off: rest is that character's length so far.
func validUTF8(b []byte) (valid bool, rest int) {
	if utf8.Valid(b) {
		return true, 0
	}
	for rest = 1; rest <= min(3, len(b)); rest++ {
		if utf8.RuneStart(b[len(b)-rest]) {
			return !utf8.FullRune(b[len(b)-rest:]) && utf8.Valid(b[:len(b)-rest]), rest
		}
	}
	return false, 0
}

func wideEncoding(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	}
	var zeros [2]int
	n := min(len(head), 1000)
	for i := range n {
		if head[i] == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[1]*5 > n && zeros[0] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0]*5 > n && zeros[1] == 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}
