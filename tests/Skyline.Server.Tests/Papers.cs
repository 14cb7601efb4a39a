using Skyline.Rpm;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests;

/// <summary>Packages for tests that care what becomes of a package, not what is in it.</summary>
static class Papers
{
    public static Paper Source(string name, string version, string release, string? buildArch = null, string? exclusiveArch = null, int payloadBytes = 100) => Written(new SyntheticRpm(name, version, release)
    {
        IsSource = true,
        Compressor = "none",
        Files = [new($"{name}.spec", "Name: x\n"u8.ToArray()), new($"{name}.tar", new byte[payloadBytes])],
        Header = header =>
        {
            if (buildArch is not null) header.Texts(RpmTag.BuildArchs, [buildArch]);
            if (exclusiveArch is not null) header.Texts(RpmTag.ExclusiveArch, [exclusiveArch]);
        },
    });

    public static Paper Binary(string name, string version, string release, string arch = "x86_64", string? source = null, string summary = "A package") => Written(new SyntheticRpm(name, version, release, arch)
    {
        SourceRpm = source ?? $"{name}-{version}-{release}.src.rpm",
        Summary = summary,
        Files = [new($"/usr/share/{name}/words", "hello\n"u8.ToArray())],
    });

    static Paper Written(SyntheticRpm rpm) => new(rpm.FileName, rpm.Build());
}
