package ui

// Avatar stands for a person or a company.
type Avatar struct {
	Name     string
	Company  bool
	Labelled bool   // nothing beside it says the name
	Size     string // such as 1.25rem; "" is the usual
}

// Clock is how much time is left, or by how much it is late.
type Clock struct {
	Text  string
	State string // "", soon, late or met
}
