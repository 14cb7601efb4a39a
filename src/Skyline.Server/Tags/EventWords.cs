namespace Skyline.Server.Tags;

/// <summary>Events in the packager's words.</summary>
static class EventWords
{
    /// <param name="detail">As recorded: of what is done to a build its NVR, to a package its name, and else a sentence's end.</param>
    public static string Of(TagEventKind kind, string detail) => kind switch
    {
        TagEventKind.Create => "created",
        TagEventKind.Tag => $"{detail} tagged",
        TagEventKind.Untag => $"{detail} untagged",
        TagEventKind.Import => $"a package more of {detail} imported",
        TagEventKind.Block => $"{detail} blocked",
        TagEventKind.Unblock => $"{detail} unblocked",
        _ => detail,
    };
}
