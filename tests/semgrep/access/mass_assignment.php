<?php

class NoteController extends Controller
{
    public function store(Request $request)
    {
        $note = new Note();
        // ruleid: mass-assignment-laravel
        $note->forceFill($request->all())->save();
        // ruleid: mass-assignment-laravel
        Note::forceCreate($request->all());
        // ruleid: mass-assignment-laravel
        DB::table('notes')->insert($request->all());
        // ok: mass-assignment-laravel
        Note::create($request->all());
        // ok: mass-assignment-laravel
        $note->forceFill(['title' => $request->input('title')])->save();
        // ok: mass-assignment-laravel
        DB::table('notes')->insert($request->only(['title', 'text']));
    }
}
