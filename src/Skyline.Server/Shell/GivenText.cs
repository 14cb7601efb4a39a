using System.Text;

namespace Skyline.Server.Shell;

/// <summary>What a form was given as a file, or as a text in its field.</summary>
static class GivenText
{
    /// <param name="most">Bytes of it.</param>
    /// <param name="what">As it is called in a sentence: "comps.xml".</param>
    /// <returns>The file's bytes, else the text's; or why there are none.</returns>
    public static async Task<(byte[]? Bytes, Refusal? Why)> Read(IFormCollection form, int most, string what, CancellationToken ct)
    {
        if (form.Files["file"] is { Length: > 0 } file)
        {
            if (file.Length > most) return (null, TooLong(file.Length));
            var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, ct);
            return (bytes.ToArray(), null);
        }
        // (A browser writes ends of lines its own way.)
        var text = Encoding.UTF8.GetBytes(form["text"].ToString().ReplaceLineEndings("\n"));
        return string.IsNullOrWhiteSpace(form["text"].ToString()) ? (null, new(400, $"There is no {what} in the form: choose the file, or write its text into the field."))
            : text.Length > most ? (null, TooLong(text.Length)) : (text, null);

        Refusal TooLong(long bytes) => new(413, $"This {what} has {bytes} bytes; {most} are the most.");
    }
}
