namespace Skyline.Rpm;

/// <summary>Which of a package's two headers is being read, of which file: the bounds that hold there, and the words for errors.</summary>
/// <param name="File">How a message names the file: "hello-1-1.x86_64.rpm", or "The package".</param>
/// <param name="Name">"signature header" or "main header".</param>
/// <param name="Region">The tag that opens its immutable region.</param>
/// <param name="WholeRegion">In the main header the region must cover all; signing tools have added to signature headers.</param>
/// <param name="MaxEntries">rpm's own bound on the index.</param>
/// <param name="MaxStore">rpm's own bound on the data, bytes.</param>
sealed record HeaderPart(string File, string Name, RpmTag Region, bool WholeRegion, int MaxEntries, int MaxStore)
{
    public static HeaderPart Signature(string file) => new(file, "signature header", RpmTag.HeaderSignatures, false, 32, 64 << 20);

    public static HeaderPart Main(string file) => new(file, "main header", RpmTag.HeaderImmutable, true, 0xffff, (256 << 20) - 1);

    public BadRpmException Bad(string what) => new($"{File} is not a sound RPM package: its {Name} {what}.");

    /// <summary>Known tags must have the kind that rpm gives them; unknown ones may come with later versions of rpm.</summary>
    public bool Allows(HeaderEntry entry) =>
        (WholeRegion ? TagKinds.OfMain(entry.Tag) : TagKinds.OfSignature(entry.Tag)) switch
        {
            TagKind.Text => entry.IsText,
            TagKind.Number => entry.IsNumber,
            TagKind.Binary => entry.Type == RpmType.Binary,
            _ => true,
        };
}
