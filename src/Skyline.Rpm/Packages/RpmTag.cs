namespace Skyline.Rpm;

/// <summary>Header tags by rpm's numbers (rpmtag.h).</summary>
public enum RpmTag
{
    Name = 1000,
}
