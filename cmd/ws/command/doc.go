// Package command is what the commands of ws have in common. It gets their table
// from main, and imports none of them.
//
//	command.go      Command: its name, its flags in groups, its help
//	values.go       flags that several commands have a use for: lists, numbers with bounds
//	environment.go  Environment: what a command has to do with besides its arguments
//	exit.go         exit statuses, and the errors that choose them
//	line.go         an error as a line for users: flags where the library says options
//	table.go        Table: all commands, and how one is run
//	help.go, manual.go  what they say of themselves
//	suggest.go      which name a wrong one may be meant to be
//	completion.go   ws completion, with a file for each shell
//	version.go      ws version
package command
