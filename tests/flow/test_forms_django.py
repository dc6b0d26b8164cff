"""Foreign keys that a client writes through the form of a generic view."""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import django

SHOWN = """
    from django import forms
    from django.contrib.auth.mixins import LoginRequiredMixin
    from django.views.generic import CreateView, DetailView, UpdateView


    class Show(LoginRequiredMixin, DetailView):
        def get_queryset(self):
            return Project.objects.filter(owner=self.request.user)

"""
ROUTES = """
path('projects/<int:pk>/', Show.as_view())
path('notes/new/', Write.as_view())
"""


def links(code: str) -> list[tuple[str, str]]:
    found: dict[str, Handler] = django(SHOWN + code, ROUTES)
    return [(link.id, link.ownership) for link in found["post"].links]


FORM = """
    class NoteForm(forms.ModelForm):
        class Meta:
            model = Note
            fields = {fields}
{body}

    class Write(LoginRequiredMixin, CreateView):
        model = Note
        form_class = NoteForm
"""
NARROWED = """
        def __init__(self, *args, user=None, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["project"].queryset = Project.objects.filter(owner=user)
"""
CLEANED = """
        def clean_project(self):
            return mine(self.cleaned_data["project"])
"""


def test_fields_of_the_view() -> None:
    view = """
    class Write(LoginRequiredMixin, CreateView):
        model = Note
        fields = ["project", "text"]
"""
    assert links(view) == [("project", "missing")]
    assert links(view.replace('"project", ', "")) == []
    by_server = """
        def form_valid(self, form):
            form.instance.project = Project.objects.get(owner=self.request.user)
            return super().form_valid(form)
"""
    assert links(view + by_server) == []


@pytest.mark.parametrize(
    ("fields", "body", "open_keys"),
    [('["project", "text"]', "", [("project", "missing")]), ('"__all__"', "", [("project", "missing")]), ('["text"]', "", []),
     ('["project"]', NARROWED, []), ('["project"]', CLEANED, [])],
)  # fmt: skip
def test_fields_of_its_form(fields: str, body: str, open_keys: list[tuple[str, str]]) -> None:
    assert links(FORM.replace("{fields}", fields).replace("{body}", body)) == open_keys


FUNCTION = """
    class NoteForm(forms.ModelForm):
        class Meta:
            model = Note
            fields = ["project", "text"]
{body}

    @login_required
    def write(request, pk):
        note = get_object_or_404(Note, pk=pk, project__owner=request.user)
        {form}
        if form.is_valid():
            {save}
        return JsonResponse({{}})
"""


@pytest.mark.parametrize(
    ("body", "form", "save", "ownership"),
    [
        ("", "form = NoteForm(request.POST, instance=note)", "form.save()", "missing"),
        ("", "form = NoteForm(request.POST or None, request.FILES or None, instance=note)", "form.save()", "missing"),
        ("", "form = NoteForm(data=request.POST, instance=note)", "form.save()", "missing"),
        (NARROWED, "form = NoteForm(request.POST, instance=note, user=request.user)", "form.save()", None),
        (CLEANED, "form = NoteForm(request.POST, instance=note)", "form.save()", None),
        ("", 'form = NoteForm(request.POST, instance=note); form.fields["project"].queryset = mine(request.user)', "form.save()", None),
        ("", "form = NoteForm(request.POST, instance=note)", "row = form.save(commit=False); row.project = note.project; row.save()", None),
        ("", 'form = NoteForm({"text": request.POST["text"]}, instance=note)', "form.save()", None),
        ("", "form = NoteForm(instance=note)", "form.save()", None),
    ],
)
def test_a_form_that_a_function_fills_and_saves(body: str, form: str, save: str, ownership: str | None) -> None:
    code = FUNCTION.format(body=body, form=form, save=save)
    found = django(SHOWN + code, "path('projects/<int:pk>/', Show.as_view())\npath('notes/<int:pk>/', write)")["write"]
    assert [(link.id, link.ownership) for link in found.links] == ([("project", ownership)] if ownership else [])
    assert found.route.ownership == ("unknown" if ownership else "owned")


def test_a_form_of_which_only_a_name_is_known() -> None:
    code = """
    from shop import forms as kinds


    @login_required
    def write(request, pk, kind):
        note = get_object_or_404(Note, pk=pk, project__owner=request.user)
        form_class = getattr(kinds, f"{kind}Form")
        form = form_class(request.POST, instance=note)
        if form.is_valid():
            form.save()
        return JsonResponse({})
"""
    more = {"shop/forms.py": "from django import forms\n"}
    found = django(SHOWN + code, "path('projects/<int:pk>/', Show.as_view())\npath('notes/<int:pk>/<str:kind>/', write)", more)["write"]
    assert found.route.ownership == "unknown"


def test_a_form_with_a_constructor_of_its_own_saves_the_row_that_it_was_given() -> None:
    found = django(
        """
        from django import forms
        from django.contrib.auth.decorators import login_required
        from django.shortcuts import get_object_or_404, render


        class ProjectForm(forms.ModelForm):
            def __init__(self, user, *args, **kwargs):
                self.user = user
                super(ProjectForm, self).__init__(*args, **kwargs)

            class Meta:
                model = Project
                fields = ["name"]


        @login_required
        def edit(request, pk):
            project = get_object_or_404(Project, pk=pk)
            form = ProjectForm(request.user, request.POST, instance=project)
            if form.is_valid():
                changed = form.save(commit=False)
                changed.save()
            return render(request, "edit.html", {"form": form})


        def show(request, pk):
            return render(request, "show.html", {"project": get_object_or_404(Project, pk=pk)})
        """,
        "path('projects/<int:pk>/edit/', edit)\npath('projects/<int:pk>/', show)",
    )["edit"]
    assert found.changes
    assert found.route.ownership == "missing"


CLEAN = """
        def clean(self):
            data = super().clean()
            {asked}
            return data
"""


@pytest.mark.parametrize(
    ("asked", "open_keys"),
    [
        ('project = data.get("project"); raise_if(not all([project, data.get("text")]))', []),  # a function of the project's own
        (
            'project = data.get("project")\n            if not all([project, data.get("text")]):\n                raise ValidationError("all")',
            ["project"],
        ),
        ('if not self.cleaned_data.get("project"):\n                self.add_error("project", "which?")', ["project"]),
        (
            'project = data.get("project")\n            if project is None or len(data["text"]) > 5:\n                raise ValidationError("no")',
            ["project"],
        ),
        ('project = data.get("project")\n            if project.owner_id != 1:\n                raise ValidationError("no")', []),
        ('project, old = data["project"], data["old"]\n            if project != old:\n                raise ValidationError("no")', []),
        ('if data["project"].owner != self.user:\n                raise ValidationError("no")', []),
        ('if data["project"] != self.instance.project:\n                raise ValidationError("no")', []),
        ('if not Project.objects.filter(pk=data["project"].pk).exists():\n                raise ValidationError("no")', []),
    ],
)
def test_a_form_that_looks_whether_something_was_said(asked: str, open_keys: list[str]) -> None:
    body = CLEAN.replace("{asked}", asked)
    assert [name for name, _ in links(FORM.replace("{fields}", '["project", "text"]').replace("{body}", body))] == open_keys
