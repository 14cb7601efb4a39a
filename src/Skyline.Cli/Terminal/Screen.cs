using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Skyline.Cli.Terminal;

/// <summary>
/// Where words go. Results and the story of a command go to standard output; with --json that carries one document and
/// nothing else, and the story goes to standard error.
/// </summary>
sealed class Screen(Surroundings world, bool json) : IDisposable
{
    readonly StreamWriter output = new(world.Out, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = "\n" };

    public bool Json => json;

    /// <summary>Standard output has its one document, or a part of it: another would spoil it.</summary>
    public bool HasDocument { get; private set; }

    /// <summary>Whether the story's lines can be drawn over.</summary>
    public bool Live => json ? world.ErrorIsTerminal : world.OutIsTerminal;

    public bool OutIsTerminal => world.OutIsTerminal;

    public int Width => Math.Max(20, world.Width());

    public TextWriter Story => json ? world.Error : output;

    /// <summary>A line of the story.</summary>
    public void Say(string line) => Story.WriteLine(line);

    /// <summary>A line that must not get into what standard output is piped to.</summary>
    public void Warn(string line) => world.Error.WriteLine(line);

    /// <summary>The command's result: the document with --json, else what <paramref name="plain"/> writes.</summary>
    public void Result<T>(T value, JsonTypeInfo<T> type, Action<TextWriter> plain)
    {
        if (json) Document(value, type);
        else plain(output);
    }

    /// <summary>The one document.</summary>
    public void Document<T>(T value, JsonTypeInfo<T> type)
    {
        HasDocument = true;
        using (var writer = new Utf8JsonWriter(world.Out, new JsonWriterOptions { Indented = true })) JsonSerializer.Serialize(writer, value, type);
        output.Write('\n');
    }

    /// <summary>A document is being written piece by piece to <see cref="RawOut"/>.</summary>
    public void DocumentBegun() => HasDocument = true;

    /// <summary>Standard output, for a text too long to hold.</summary>
    public Stream RawOut => world.Out;

    public TextWriter Out => output;

    public void Dispose() => output.Dispose();
}
