namespace Skyline.Rpm;

/// <summary>Name, epoch, version, release and architecture: what tells one package from another.</summary>
public sealed record Nevra(string Name, int Epoch, string Version, string Release, string Arch)
{
    /// <summary>"name-version-release".</summary>
    public string Nvr => $"{Name}-{Version}-{Release}";

    /// <summary>What of it is compared.</summary>
    public Evr Evr => new(Epoch, Version, Release);

    /// <summary>The file's name by convention; it has no epoch.</summary>
    public string FileName => $"{Nvr}.{Arch}.rpm";

    /// <summary>As <see cref="Parse"/> reads it: with the epoch, if it is not 0.</summary>
    public override string ToString() => Epoch == 0 ? $"{Nvr}.{Arch}" : $"{Name}-{Epoch}:{Version}-{Release}.{Arch}";

    /// <summary>"name-[epoch:]version-release.arch", or a file's name ("….rpm"), which tells no epoch.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static Nevra Parse(string text) =>
        TryParse(text, out var nevra) ? nevra : throw new FormatException($"\"{text}\" is not name-[epoch:]version-release.arch, nor such a file's name.");

    /// <summary>As <see cref="Parse"/>; false if the text is neither.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Nevra? nevra)
    {
        nevra = null;
        var rest = text.EndsWith(".rpm", StringComparison.Ordinal) ? text.AsSpan(0, text.Length - 4) : text;
        var dot = rest.LastIndexOf('.');
        if (dot < 0 || rest.Contains('/'))
            return false;
        var nevr = rest[..dot];
        var arch = rest[(dot + 1)..];
        var dash = nevr[..Math.Max(0, nevr.LastIndexOf('-'))].LastIndexOf('-');
        if (dash <= 0 || arch.IsEmpty || !Evr.TryParse(nevr[(dash + 1)..].ToString(), out var evr) || evr.Release.Length == 0)
            return false;
        nevra = new(nevr[..dash].ToString(), evr.Epoch, evr.Version, evr.Release, arch.ToString());
        return true;
    }
}
