namespace Skyline.Builder;

/// <summary>The scripts that travel inside the agent. They are constant; what differs comes to them as arguments or on standard input.</summary>
static class Script
{
    public static string Resolve { get; } = Read("resolve.py");
    public static string Install { get; } = Read("install.py");
    public static string Build { get; } = Read("build.sh");
    public static string Source { get; } = Read("source.sh");
    public static string Guest { get; } = Read("guest.sh");
    public static string MockRoot { get; } = Read("mock-root.sh");

    public static string Read(string name)
    {
        using var text = new StreamReader(typeof(Script).Assembly.GetManifestResourceStream(name)!);
        return text.ReadToEnd();
    }
}
