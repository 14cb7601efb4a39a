using Skyline.Rpm;

namespace Skyline.Server.Setup;

/// <summary>The source package that the first run builds: a script that says hello. It is made of this text alone, and needs nothing that not every buildroot has.</summary>
static class SampleSource
{
    public const string Name = "hello-skyline", FileName = "hello-skyline-1.0-1.src.rpm";

    public static byte[] Package => WriteSource.Of(new(Name, "1.0", "1", Summary, Description, "MIT", Time), Spec);

    const string Summary = "Says hello from Skyline";
    const string Description = "A script that says hello: the first package that a new Skyline builds.";

    /// <summary>Of the changelog's day, at noon UTC, as rpm has it.</summary>
    const uint Time = 1_793_534_400;

    const string Spec = $$"""
        Name:           {{Name}}
        Version:        1.0
        Release:        1%{?dist}
        Summary:        {{Summary}}
        License:        MIT
        BuildArch:      noarch

        %description
        {{Description}}

        %prep

        %build
        cat > {{Name}} <<'SCRIPT'
        #!/bin/sh
        echo "Hello from Skyline: built from source, signed, and installed from your own repository."
        SCRIPT

        %install
        mkdir -p %{buildroot}%{_bindir}
        install -m 0755 {{Name}} %{buildroot}%{_bindir}/{{Name}}

        %check
        sh ./{{Name}} | grep -q Hello

        %files
        %{_bindir}/{{Name}}

        %changelog
        * Sun Nov 01 2026 Skyline <skyline@localhost> - 1.0-1
        - The first package of a new Skyline

        """;
}
