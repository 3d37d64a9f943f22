// Package cpu says which registers an amd64 has for the assembly of this
// module. Elsewhere, and with the build tag purego, there is nothing to say.
//
//	cpu_amd64.go  what is asked, and what comes of the answers
//	cpu_amd64.s   the instructions that ask
package cpu
