using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Finding;

/// <summary>A word for each kind of thing, as a reader calls it.</summary>
static class FoundWords
{
    public static string Of(FoundKind kind, Words words) => words[Of(kind)];

    static string Of(FoundKind kind) => kind switch
    {
        FoundKind.Page => "page",
        FoundKind.Act => "action",
        FoundKind.Build => "build",
        FoundKind.Package => "package",
        FoundKind.Tag => "tag",
        FoundKind.Target => "target",
        FoundKind.Builder => "builder",
        FoundKind.Person => "person",
        FoundKind.Batch => "batch",
        FoundKind.Schedule => "schedule",
        FoundKind.Advisory => "advisory",
        _ => "external repository",
    };
}
