namespace Skyline.Rpm;

/// <summary>Name, epoch, version, release and architecture: what tells one package from another.</summary>
public sealed record Nevra(string Name, int Epoch, string Version, string Release, string Arch)
{
    public string Nvr => $"{Name}-{Version}-{Release}";

    public Evr Evr => new(Epoch, Version, Release);

    /// <summary>The file's name by convention; it has no epoch.</summary>
    public string FileName => $"{Nvr}.{Arch}.rpm";

    public override string ToString() => Epoch == 0 ? $"{Nvr}.{Arch}" : $"{Name}-{Epoch}:{Version}-{Release}.{Arch}";
}
