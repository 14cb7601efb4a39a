namespace Skyline.Server.People;

/// <summary>What roles and tokens may do, in sentences that are keys of <see cref="Shell.Words"/>.</summary>
static class RightWords
{
    public static string Of(Role role) => role switch
    {
        Role.Viewer => "Reads what is public and what they are named for, and has an account.",
        Role.Packager => "Submits, cancels and resubmits builds, chains and mass rebuilds of their own; makes side tags and tags of their own, and promotes from them.",
        Role.ReleaseEngineer => "All that, and changes tags that are nobody's own, targets, external repositories, advisories, schedules, imports and who goes first.",
        _ => "All that, and changes people, builders, channels, keys and what is others' own.",
    };

    /// <param name="scope">A word of <see cref="Rights.Scopes"/>.</param>
    public static string Of(string scope) => scope switch
    {
        "read" => "Reads what you may read. Every token may.",
        "build" => "Submits and cancels builds, chains, mass rebuilds.",
        "tag" => "Makes side tags and tags of your own, and changes those.",
        "promote" => "Puts builds of one tag into another.",
        "release" => "Changes tags, targets, schedules, advisories, as far as your role may.",
        "account" => "Changes your account: tokens, webhooks, mail. Give it to no program that does not need it.",
        "admin" => "Changes people, builders, keys, as far as your role may. Give it to no program that does not need it.",
        _ => "All that you may.",
    };
}
