package ui

// Shortcut is keys that do something, as the sheet of keys lists them.
type Shortcut struct {
	Keys []string
	Does string
}

// Shortcuts are the keys of the site. The scripts in static listen for them.
func (f Frame) Shortcuts() []Shortcut {
	return []Shortcut{
		{[]string{"Ctrl K", "/"}, f.T("Search or do")},
		{[]string{"G", "T"}, f.T("Today")},
		{[]string{"G", "P"}, f.T("People")},
		{[]string{"G", "L"}, f.T("The loop")},
		{[]string{"G", "I"}, f.T("Import")},
		{[]string{"A"}, f.T("Add a person")},
		{[]string{"J", "K"}, f.T("Next and previous row")},
		{[]string{"Enter"}, f.T("Open")},
		{[]string{"X", "Shift X"}, f.T("Select a row, or all up to it")},
		{[]string{"F"}, f.T("Filter people")},
		{[]string{"N", "C", "E", "M", "V", "T"}, f.T("On a person: note, call, email, meeting, visit, task")},
		{[]string{"Ctrl Enter"}, f.T("Save what is written")},
		{[]string{"Esc"}, f.T("Close, clear the selection")},
		{[]string{"?"}, f.T("This sheet")},
	}
}
