package sheet

import (
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"

	"tandem/internal/money"
)

// A workbook keeps a number and, apart from it, how to show it. What is shown may be rounded or grouped, or not tell the day from the month, so
// cells are read by these formats instead of their own.
const (
	dateCode   = "yyyy-mm-dd hh:mm:ss"
	numberCode = "0.###############" // a spreadsheet counts 15 digits
	plainID    = 9999                // no format has this number: the cell is read as it stands in the file
)

var (
	wholeDay = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}) 00:00:00$`)
	// unsaid is what a number format only quotes, or says of colours, currencies and languages
	unsaid = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|(?i)AM/PM`)
	// lasting is a duration, such as [h]:mm
	lasting = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)
	// padded is a code with zeros in front, such as a postal code: 00000
	padded = regexp.MustCompile(`^00[0 -]*$`)
	// named is a currency that a number format shows: "EUR" or [$EUR]
	named = regexp.MustCompile(`(?:"\s*|\[\$)([A-Z]{3})\b`)
)

// writeAlike lets every cell that is a date be read as YYYY-MM-DD HH:MM:SS, and every number with all its digits and a point, with the code of the
// currency that its format shows. Hours, durations and padded codes are read as they are shown.
func writeAlike(book *excelize.File) error {
	if book.Styles == nil || book.Styles.CellXfs == nil {
		return nil // small programs write no styles
	}
	codes := map[int]string{}
	if book.Styles.NumFmts != nil {
		for _, f := range book.Styles.NumFmts.NumFmt {
			codes[f.NumFmtID] = f.FormatCode
		}
	}
	own := len(book.Styles.CellXfs.Xf) // those that are made here come after
	made := formats{book: book, ids: map[string]*int{"": new(plainID)}}
	for i := range own {
		n := 0
		if id := book.Styles.CellXfs.Xf[i].NumFmtID; id != nil {
			n = *id
		}
		code, alike := readAs(n, codes[n])
		if !alike {
			continue
		}
		id, err := made.id(code)
		if err != nil {
			return err
		}
		book.Styles.CellXfs.Xf[i].NumFmtID = id
	}
	return nil
}

// formats are the number formats that were added to a workbook, by code.
type formats struct {
	book *excelize.File
	ids  map[string]*int
}

func (f *formats) id(code string) (*int, error) {
	if id, ok := f.ids[code]; ok {
		return id, nil
	}
	style, err := f.book.NewStyle(&excelize.Style{CustomNumFmt: &code})
	if err != nil {
		return nil, err
	}
	f.ids[code] = f.book.Styles.CellXfs.Xf[style].NumFmtID
	return f.ids[code], nil
}

// readAs is the format by which cells of a number format are read, "" for as they stand; false if by their own. The numbers of formats
// that need no code are from ECMA-376 part 1, 18.8.30.
func readAs(n int, code string) (as string, alike bool) {
	if code == "" {
		switch {
		case n >= 14 && n <= 17, n == 22, n >= 27 && n <= 31, n == 36, n >= 50 && n <= 54, n == 57, n == 58:
			return dateCode, true
		}
		return "", n <= 13 || n >= 37 && n <= 44 || n == 48
	}
	first, _, _ := strings.Cut(code, ";") // the others are of negative numbers, zero and text
	said := strings.ToLower(unsaid.ReplaceAllString(first, ""))
	general := strings.Contains(said, "general")
	switch {
	case lasting.MatchString(first):
		return "", false
	case !general && strings.ContainsAny(said, "yd"):
		return dateCode, true
	case !general && (strings.ContainsAny(said, "hms") || !strings.ContainsAny(said, "0#?") || padded.MatchString(said)):
		return "", false
	}
	if c := currencyShown(first); c != "" {
		return numberCode + ` "` + c + `"`, true
	}
	return "", true
}

// currencyShown is the currency that a number format shows; "" for none, or for a sign that several share.
func currencyShown(code string) string {
	switch m := named.FindStringSubmatch(code); {
	case m != nil && money.Currency(m[1]).Known():
		return m[1]
	case strings.Contains(code, "€"):
		return "EUR"
	case strings.Contains(code, "£"):
		return "GBP"
	}
	return ""
}
