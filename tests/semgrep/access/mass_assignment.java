class NotesController {
    @PostMapping("/notes")
    Note add(@RequestBody Note note) {
        // ruleid: mass-assignment-java-entity
        return noteRepository.save(note);
    }

    @PutMapping("/notes")
    Note change(@Valid @RequestBody Note note) {
        // ruleid: mass-assignment-java-entity
        return noteRepository.save(note);
    }

    @PostMapping("/form")
    String form(@ModelAttribute Note note) {
        // ruleid: mass-assignment-java-entity
        noteRepository.save(note);
        return "redirect:/notes";
    }

    @PostMapping("/owned")
    Note owned(@RequestBody Note note, Principal principal) {
        note.setOwner(principal.getName());
        // ok: mass-assignment-java-entity
        return noteRepository.save(note);
    }

    @PostMapping("/mapped")
    Note mapped(@RequestBody NoteRequest request) {
        // ok: mass-assignment-java-entity
        return noteRepository.save(new Note(request.title()));
    }

    @PostMapping("/checked")
    Note checked(@RequestBody Note note) {
        // ok: mass-assignment-java-entity
        return noteService.save(note);
    }
}
