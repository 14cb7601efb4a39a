using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>A source package for what is to happen in one phase: big enough that fetching and uploading can be seen, slow enough that building can.</summary>
static class HeavySource
{
    public static async Task<string> Make(string folder, RunPhase phase, CancellationToken ct)
    {
        var noise = new byte[(phase is RunPhase.Fetch or RunPhase.Upload ? 150 : 1) << 20];
        await Task.Run(() => new Random(5003).NextBytes(noise), ct);
        return await SourcePackage.Make(folder, Heavy, ct, ("noise", noise));
    }

    const string Heavy = """
        Name: heavy
        Version: 1
        Release: 1%{?dist}
        Summary: Heavy
        License: MIT
        Source0: noise
        BuildArch: noarch
        %global _source_payload w.ufdio
        %global _binary_payload w.ufdio
        %description
        Heavy.
        %prep
        %build
        sleep 3
        %install
        install -D -m644 %{SOURCE0} %{buildroot}/usr/share/heavy/noise
        %files
        /usr/share/heavy
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - 1-1
        - first
        """;
}
