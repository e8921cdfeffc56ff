-- An option is written as colour_id * 256 + size_id, so there is room for 255 sizes: the 256th is refused here.
ALTER TABLE size ADD CONSTRAINT size_fits_option CHECK (id BETWEEN 1 AND 255);
ALTER TABLE colour ADD CONSTRAINT colour_fits_option CHECK (id > 0);
