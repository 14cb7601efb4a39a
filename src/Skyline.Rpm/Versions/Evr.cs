namespace Skyline.Rpm;

/// <summary>Epoch, version, release, in rpm's order (`~` before the end, `^` after it).</summary>
public readonly record struct Evr(int Epoch, string Version, string Release)
{
    public int CompareTo(Evr other) => throw new NotImplementedException();
}
