/* Writes a text into a PNG image, one row of eight black or white pixels a letter, and reads it back. */
#include <png.h>
#include <stdio.h>
#include <string.h>

enum { bits = 8, longest = 4096 };

static int stop(const char *file, const char *why) {
    fprintf(stderr, "pngstamp: %s: %s\n", file, why);
    return 1;
}

static int stamp(const char *text, const char *file) {
    static unsigned char pixels[longest * bits];
    size_t letters = strlen(text);
    if (letters == 0 || letters > longest) return stop(file, "the text must have 1 to 4096 letters");
    for (size_t i = 0; i < letters * bits; i++)
        pixels[i] = (text[i / bits] >> (bits - 1 - i % bits)) & 1 ? 255 : 0;

    png_image image = { .version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_GRAY, .width = bits, .height = (png_uint_32)letters };
    return png_image_write_to_file(&image, file, 0, pixels, 0, NULL) ? 0 : stop(file, image.message);
}

static int read_stamp(const char *file) {
    static unsigned char pixels[longest * bits];
    png_image image = { .version = PNG_IMAGE_VERSION };
    if (!png_image_begin_read_from_file(&image, file)) return stop(file, image.message);
    image.format = PNG_FORMAT_GRAY;
    if (image.width != bits || image.height > longest) return stop(file, "not an image that pngstamp made");
    if (!png_image_finish_read(&image, NULL, pixels, 0, NULL)) return stop(file, image.message);

    for (size_t row = 0; row < image.height; row++) {
        int letter = 0;
        for (size_t bit = 0; bit < bits; bit++) letter = letter << 1 | (pixels[row * bits + bit] > 127);
        putchar(letter);
    }
    putchar('\n');
    return 0;
}

int main(int count, char **words) {
    if (count != 3) {
        fprintf(stderr, "usage: pngstamp TEXT FILE.png | pngstamp --read FILE.png   (libpng %s)\n", png_get_libpng_ver(NULL));
        return 2;
    }
    return strcmp(words[1], "--read") == 0 ? read_stamp(words[2]) : stamp(words[1], words[2]);
}
