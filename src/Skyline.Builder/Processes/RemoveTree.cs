namespace Skyline.Builder;

/// <summary>Removes what a build left. By rm, since a hostile tree may be deeper than a path can be long, and never into another file system.</summary>
static class RemoveTree
{
    public static async Task At(string path)
    {
        if (!Path.Exists(path)) return;
        // Without root, folders that the build closed to their owner would stay.
        if (!Libc.IsRoot) await Child.Run(["chmod", "--recursive", "--silent", "u+rwX", "--", path], default, CancellationToken.None);
        await Child.Must(["rm", "--recursive", "--force", "--one-file-system", "--", path], $"Removing {path}", CancellationToken.None);
    }
}
